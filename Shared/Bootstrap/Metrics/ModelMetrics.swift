public import Domain
public import Metrics
import Synchronization

/// What asking models takes: answers, tokens, money, and failures. The label `use` is the process that asks.
public struct ModelMetrics: Sendable {
    private static let answers = "bat_model_answers_total"
    private static let tokens = "bat_model_tokens_total"
    private static let cost = "bat_model_cost_total"
    private static let errors = "bat_openai_errors_total"
    /// Failures that are counted from zero, so that the first one is an increase.
    private static let knownFailures = ["401", "429", "500", "503", "model_timeout", "model_unreachable"]
    /// Names of models also come from stored scores.
    private static let mostModels = 16
    private static let otherModels = "other"

    /// What a million tokens cost, in a currency of the operator's choice.
    public struct Prices: Hashable, Sendable {
        public var input: Double
        public var output: Double

        /// Reads two comma-separated numbers: in, out. Nil for anything else.
        public init?(_ text: String) {
            let values = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
                Double(part.filter { $0 != " " }).flatMap { (0...1_000_000).contains($0) ? $0 : nil }
            }
            guard values.count == 2, let input = values[0], let output = values[1] else { return nil }
            self.input = input
            self.output = output
        }

        func cost(input: Int, output: Int) -> Double {
            (Double(input) * self.input + Double(output) * self.output) / 1_000_000
        }
    }

    public static func describe(in registry: PrometheusRegistry) {
        registry.describe(answers, "Answers of models.")
        registry.describe(tokens, "Tokens that models have read (in) and written (out).")
        registry.describe(cost, "What the tokens have cost, in the currency of the settings of prices.")
        registry.describe(errors, "Calls of the model API that failed, retried ones included.")
    }

    private let use: String
    private let prices: Prices?
    private let factory: any MetricsFactory
    private let models = Models()

    private final class Models: Sendable {
        let names = Mutex<Set<String>>([])
    }

    /// - Parameters:
    ///   - model: the configured one, which is counted from zero; nil if there is none yet.
    ///   - prices: nil if nobody has said what tokens cost.
    public init(
        of service: ServiceName, model: String? = nil, prices: Prices? = nil,
        in factory: any MetricsFactory = MetricsSystem.factory
    ) {
        use = service.rawValue
        self.prices = prices
        self.factory = factory
        if service != .relay {
            for status in Self.knownFailures { failed(status, count: 0) }
        }
        if let model { answered(model: model, input: 0, output: 0, cost: prices == nil ? nil : 0, count: 0) }
    }

    /// - Parameters:
    ///   - input: tokens; nil if the server does not say.
    ///   - cost: nil to calculate it from `prices`.
    public func answered(model: String, input: Int?, output: Int?, cost: Double? = nil) {
        answered(model: model, input: input, output: output, cost: cost, count: 1)
    }

    private func answered(model: String, input: Int?, output: Int?, cost: Double?, count: Int) {
        let (input, output) = (max(0, input ?? 0), max(0, output ?? 0))
        let labels = [("use", use), ("model", known(model))]
        counter(Self.answers, labels).increment(by: count)
        counter(Self.tokens, labels + [("dir", "in")]).increment(by: input)
        counter(Self.tokens, labels + [("dir", "out")]).increment(by: output)
        guard let cost = cost ?? prices?.cost(input: input, output: output) else { return }
        FloatingPointCounter(label: Self.cost, dimensions: labels, factory: factory).increment(by: cost)
    }

    public func failed(_ status: String) { failed(status, count: 1) }

    private func failed(_ status: String, count: Int) {
        counter(Self.errors, [("use", use), ("status", status)]).increment(by: count)
    }

    private func counter(_ name: String, _ labels: [(String, String)]) -> Counter {
        Counter(label: name, dimensions: labels, factory: factory)
    }

    private func known(_ model: String) -> String {
        models.names.withLock { names in
            if names.contains(model) { return model }
            guard names.count < Self.mostModels else { return Self.otherModels }
            names.insert(model)
            return model
        }
    }
}

extension SharedSettings {
    /// - Parameter role: `SUPERVISOR` or `SCORING`.
    public static func judgePrices(of role: String) -> Setting<ModelMetrics.Prices?> {
        Setting<ModelMetrics.Prices>(
            "\(role)_PRICES", allowed: "two numbers with a comma between", default: nil, defaultText: nil,
            meaning: "price of a million tokens of \(role)_MODEL, in and out, for the metric of costs",
            parse: { ModelMetrics.Prices($0) }
        ).optional
    }
}
