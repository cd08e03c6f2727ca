import Domain
import SeededRandom

/// Decides the next fault. Depends on the dice alone: each kind of fault once in random order, then all of them again.
struct FaultPlan: Sendable {
    let kinds: [FaultKind]
    let instances: [Instance]
    /// From the end of one fault to the next, on average, in seconds.
    let interval: Double
    /// The longest time the database may be unavailable, in seconds.
    let longestOutage: Double
    /// How long it is unavailable each time, in seconds; nil leaves it to the dice.
    let outage: Double?
    private var dice: SplitMix64
    private var round: [FaultKind] = []

    init(
        _ kinds: [FaultKind], instances: [Instance], interval: Double, longestOutage: Double, outage: Double? = nil,
        dice: SplitMix64
    ) {
        self.kinds = kinds
        self.instances = instances
        self.interval = interval
        self.longestOutage = min(60, max(5, longestOutage))
        self.outage = outage
        self.dice = dice
    }

    /// The next fault; nil if no kind of fault is selected.
    mutating func next() -> FaultStep? {
        if round.isEmpty { round = kinds.shuffled(using: &dice) }
        guard let kind = round.popLast() else { return nil }
        var step = FaultStep(kind: kind, pause: interval * Double.random(in: 0.5...1.5, using: &dice))
        step.isFirstWay = dice.isTrue(withProbability: 0.5)
        switch kind {
        case .kill, .term: step.targets = targets(1, of: ServiceName.allCases)
        case .workers:
            step.seconds = Double.random(in: 5...15, using: &dice)
            // Either an extra supervisor is started and killed, or an existing one is killed.
            step.targets = step.isFirstWay ? [newcomer] : targets(1, of: [.supervisor])
        case .kill2: step.targets = targets(2, of: ServiceName.allCases)
        case .stop:
            step.targets = targets(1, of: ServiceName.allCases)
            let longest = step.targets.first?.service == .relay ? 4.0 : 8.0
            step.seconds = Double.random(in: 2...longest, using: &dice)
        case .rolling: step.targets = instances
        case .database: step.seconds = outage ?? Double.random(in: 5...longestOutage, using: &dice)
        case .cut:
            if outage != nil { step.isFirstWay = false }
            step.seconds = step.isFirstWay ? 0 : outage ?? Double.random(in: 5...20, using: &dice)
        case .disk:
            step.seconds = Double.random(in: 5...10, using: &dice)
            // A failed journal write is worst if its relay dies.
            if step.isFirstWay, dice.isTrue(withProbability: 0.5) { step.targets = targets(1, of: [.relay]) }
        case .upstreamStall: step.seconds = Double.random(in: 5...40, using: &dice)
        case .mute: step.seconds = Double.random(in: 3...12, using: &dice)
        case .sockets: step.targets = targets(1, of: ServiceName.allCases.filter { $0 != .gateway })
        }
        return step
    }

    /// A supervisor in addition to the existing ones.
    private var newcomer: Instance { Instance(service: .supervisor, number: "extra") }

    /// Random instances of different services; every service is equally likely.
    private mutating func targets(_ count: Int, of services: [ServiceName]) -> [Instance] {
        let present = services.filter { service in instances.contains { $0.service == service } }
        return present.shuffled(using: &dice).prefix(count).compactMap { service in
            instances.filter { $0.service == service }.randomElement(using: &dice)
        }
    }
}
