"""What touches the world: the store, the model, the templates and the data files."""
