"""People: identities as keyed fingerprints, which of them are one person, and how many people that makes."""
