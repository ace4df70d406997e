"""The outbound gate: may this upload leave? Policy, verdict, and the protocols that ask for one."""
