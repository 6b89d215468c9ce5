"""The pure rules of delivery: states, plan, verdict and audit."""
