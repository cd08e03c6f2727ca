import Bootstrap
import Domain
import Metrics
import Testing

@Suite struct ModelMetricsTests {
    private let registry = PrometheusRegistry()

    private func value(_ series: String) -> String? {
        registry.text().split(separator: "\n").first { $0.hasPrefix(series + " ") }
            .map { String($0.dropFirst(series.count + 1)) }
    }

    @Test func `what is rare is counted from zero`() {
        _ = ModelMetrics(of: .scoring, model: "m", prices: .init("1,2"), in: registry)
        #expect(value(#"bat_openai_errors_total{status="401",use="scoring"}"#) == "0")
        #expect(value(#"bat_model_tokens_total{dir="out",model="m",use="scoring"}"#) == "0")
        #expect(value(#"bat_model_cost_total{model="m",use="scoring"}"#) == "0")
    }

    @Test func `tokens cost what the operator says`() {
        let metrics = ModelMetrics(of: .scoring, prices: .init("0.5, 2"), in: registry)
        metrics.answered(model: "m", input: 1_000_000, output: 250_000)
        metrics.answered(model: "m", input: nil, output: -3)
        #expect(value(#"bat_model_tokens_total{dir="in",model="m",use="scoring"}"#) == "1000000")
        #expect(value(#"bat_model_tokens_total{dir="out",model="m",use="scoring"}"#) == "250000")
        #expect(value(#"bat_model_answers_total{model="m",use="scoring"}"#) == "2")
        #expect(value(#"bat_model_cost_total{model="m",use="scoring"}"#) == "1")
    }

    @Test func `without prices there is no cost`() {
        ModelMetrics(of: .supervisor, in: registry).answered(model: "m", input: 5, output: 5)
        #expect(!registry.text().contains("bat_model_cost_total"))
    }

    @Test func `names of models do not grow without end`() {
        let metrics = ModelMetrics(of: .scoring, in: registry)
        for number in 0..<40 { metrics.answered(model: "m\(number)", input: 1, output: 1) }
        #expect(value(#"bat_model_answers_total{model="other",use="scoring"}"#) == "24")
    }

    @Test(arguments: ["", "1", "1,2,3", "1,-2", "1,x", "nan,1", "1,2000000"])
    func `prices are two numbers`(text: String) {
        #expect(ModelMetrics.Prices(text) == nil)
    }
}
