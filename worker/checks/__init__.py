"""What `brandpulse doctor` looks at: each check gives what it found, or raises what is wrong and what to do."""
