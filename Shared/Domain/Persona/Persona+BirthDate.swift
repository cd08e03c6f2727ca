import Foundation

extension Attitude {
    /// Minimum attitude for a sale, unless the persona sets another one.
    public static let toConvert = 7
}

extension Persona {
    /// Minimum attitude for a sale, 0…10. A sale to a customer who must not be served is one however he feels.
    public var leastAttitudeToConvert: Int {
        mustNotBeServed == true ? Attitude.range.lowerBound : convertsAt ?? Attitude.toConvert
    }

    /// Its date of birth; nil if it has none or an invalid one.
    public var birthDay: CalendarDay? { birthDate.flatMap { CalendarDay($0) } }

    /// Days since the last birthday of a persona with `ageInYears`: far from the birthdays before and after it in every
    /// time zone.
    private static let daysSinceBirthday = 150

    /// The persona on a given day: its age and date of birth, and its texts with these and its name filled in.
    public func on(_ day: CalendarDay) -> Persona {
        var persona = self
        if birthDate == nil, let ageInYears {
            persona.birthDate = day.earlier(years: ageInYears, days: Self.daysSinceBirthday)?.description
        }
        if let birthDay = persona.birthDay { persona.age = birthDay.age(on: day) }
        let fill = { [persona] (text: String) in persona.filled(text) }
        persona.description = fill(description)
        persona.traits = traits.map(fill)
        persona.attitudeRules = attitudeRules.map(fill)
        persona.objections = objections.map {
            Objection(says: fill($0.says), softenedBy: fill($0.softenedBy), hardenedBy: fill($0.hardenedBy))
        }
        persona.moods = moods?.map { Mood(upTo: $0.upTo, says: fill($0.says)) }
        persona.realtimePrompt = fill(realtimePrompt)
        persona.supervisorPrompt = fill(supervisorPrompt)
        persona.scoringPrompt = fill(scoringPrompt)
        persona.productKnowledge = fill(productKnowledge)
        for index in persona.rubric.categories.indices {
            let category = persona.rubric.categories[index]
            persona.rubric.categories[index].description = fill(category.description)
            persona.rubric.categories[index].levels = category.levels.map {
                Rubric.Level(from: $0.from, to: $0.to, description: fill($0.description))
            }
        }
        persona.scenarios = scenarios.map { scenario in
            var scenario = scenario
            scenario.description = fill(scenario.description)
            scenario.goal = fill(scenario.goal)
            scenario.situation = fill(scenario.situation)
            scenario.place = scenario.place.map(fill)
            scenario.briefing = scenario.briefing?.map(fill)
            if let says = scenario.opening?.says { scenario.opening?.says = fill(says) }
            scenario.clocks = scenario.clocks?.map { Scenario.Clock(atSeconds: $0.atSeconds, says: fill($0.says)) }
            return scenario
        }
        return persona
    }

    /// The names that may appear in braces in its texts.
    public static let placeholders: Set<String> = ["age", "birthDate", "name"]

    private func filled(_ text: String) -> String {
        text.replacing("{age}", with: String(age)).replacing("{birthDate}", with: spokenBirthDate)
            .replacing("{name}", with: name)
    }

    /// The date of birth in the persona's language: `12 May 1981`.
    private var spokenBirthDate: String {
        guard let birthDay else { return birthDate ?? "" }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = DateComponents(year: birthDay.year, month: birthDay.month, day: birthDay.day)
        guard let date = calendar.date(from: parts) else { return birthDay.description }
        var style = Date.FormatStyle(locale: Locale(identifier: language), timeZone: .gmt).day().month(.wide).year()
        style.calendar = calendar
        // In English the day comes before the month, as in Britain.
        if language == "en" { style.locale = Locale(identifier: "en_GB") }
        return date.formatted(style)
    }
}
