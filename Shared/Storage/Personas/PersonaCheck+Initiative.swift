import Domain

/// What a customer does without being spoken to.
extension PersonaCheck {
    /// In characters: it is said, or told, in one go.
    private static let longestLine = 300
    private static let mostClocks = 20

    func check(_ silence: Persona.Silence) throws {
        for (name, seconds, range) in [
            ("first", silence.first, 4...20), ("again", silence.again, 4...60), ("leave", silence.leave, 5...120),
        ] {
            try require(
                range.contains(seconds), "silence.\(name)",
                "is not within \(range.lowerBound) to \(range.upperBound): \(seconds)")
        }
    }

    func check(_ opening: Scenario.Opening, _ field: String) throws {
        if let pause = opening.afterMs {
            try require((0...10_000).contains(pause), "\(field).afterMs", "is not within 0 to 10000: \(pause)")
        }
        try require(opening.speaker == .trainee || opening.says != nil, "\(field).says", "is missing")
        if let says = opening.says { try line(says, "\(field).says") }
    }

    func check(_ clocks: [Scenario.Clock], _ field: String) throws {
        try require(clocks.count <= Self.mostClocks, field, "has more than \(Self.mostClocks) entries")
        for (index, clock) in clocks.enumerated() {
            let earlier = index == 0 ? 0 : clocks[index - 1].atSeconds
            try require(
                clock.atSeconds > earlier && clock.atSeconds <= 3_540, "\(field)[\(index)].atSeconds",
                "is not after the one before, or not within 1 to 3540: \(clock.atSeconds)")
            try line(clock.says, "\(field)[\(index)].says")
        }
    }

    private func line(_ text: String, _ field: String) throws {
        try self.text(text, field)
        try require(
            Self.isWithin(Self.longestLine, text) && !text.contains(where: \.isNewline), field,
            "is not one line of at most \(Self.longestLine) characters")
    }
}
