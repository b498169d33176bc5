"""Whether a candidate may answer in place of the active version: a policy, the evidence, a verdict."""
