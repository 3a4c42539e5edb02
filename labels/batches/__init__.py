"""Labels by the thousand: made by a job, whole sheets at a time."""
