"""Pretraining, export and checks of the embedded backbone."""
