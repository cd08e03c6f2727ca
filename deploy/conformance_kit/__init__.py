"""The conformance kit of bat.v1: what a server or a client does, held against the rules of rules.yaml."""
