"""Figures, registers, official forms: a module for each. Printed papers are Vietnamese on every screen."""
