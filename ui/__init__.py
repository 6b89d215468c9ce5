"""The windows: what an agent, a supervisor and IT see and press."""
