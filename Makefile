.PHONY: build up check format

build:
	deploy/setup
	swift build

up:
	deploy/up

check:
	deploy/test

format:
	swift format --in-place --parallel --configuration .swift-format --recursive Package.swift Services Shared Tests
