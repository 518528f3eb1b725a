"""Carbon Planner: what a territorial plan does to carbon."""
