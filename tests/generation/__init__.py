"""Tests: generation."""
