"""DOES: each step reads, asks the policy and returns an Outcome; only reception saves it."""
