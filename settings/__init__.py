"""What every other package may rely on: the settings (`settings.environment`) and the errors (`settings.errors`)."""
