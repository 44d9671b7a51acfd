"""A small generated world: drawn scenes, drawn faces, cameras and presentation attacks."""
