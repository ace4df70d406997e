"""leakscan finds, counts and rates French health data in leaked files."""
