.PHONY: build up check bench format

build:
	deploy/setup
	swift build

up:
	deploy/up

check:
	deploy/test

bench:
	deploy/bench

format:
	swift format --in-place --parallel --configuration .swift-format --recursive Package.swift Services Shared Tests
