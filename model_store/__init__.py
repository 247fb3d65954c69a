"""The model store: versions of models, the recipes they are made by, and what they say of texts."""
