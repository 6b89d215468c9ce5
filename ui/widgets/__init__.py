"""The parts that pages are made of; each says its name to a screen reader."""
