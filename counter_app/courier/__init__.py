"""The network threads: from a plan, through a connector, to a verdict for the service."""
