import Foundation
import HTTPClient
import Logging
import TestSupport
import Testing

@testable import Traces

@Suite struct TracerTests {
    private static let call = TraceContext(ofCall: "hash")

    private func tracer(to url: String) throws -> Tracer {
        Tracer(
            to: try #require(URL(string: url)), service: "relay", instance: "1", client: HTTPClient(),
            logger: Logger(label: "test"))
    }

    @Test func `every process finds the same trace for a session, and another one for another`() {
        #expect(TraceContext(ofCall: "hash") == Self.call)
        #expect(TraceContext(ofCall: "other").trace != Self.call.trace)
        #expect(TraceContext(traceparent: Self.call.traceparent) == Self.call)
    }

    @Test(arguments: [
        "", "00-1-2-01", "01-\(String(repeating: "a", count: 32))-\(String(repeating: "b", count: 16))-01",
        "00-\(String(repeating: "0", count: 32))-\(String(repeating: "b", count: 16))-01",
        "00-\(String(repeating: "G", count: 32))-\(String(repeating: "b", count: 16))-01",
    ])
    func `what is no traceparent belongs to no trace`(text: String) {
        #expect(TraceContext(traceparent: text) == nil)
    }

    @Test func `spans arrive with their parent, their times and what a model used`() async throws {
        let collector = try ScriptedHTTPServer { _ in .json("{}") }
        defer { collector.stop() }
        let tracer = try tracer(to: collector.url)
        let span = tracer.begin("score", in: Self.call, at: Date(timeIntervalSince1970: 1_800_000_000))
        span.asked(model: "m", inputTokens: 10, outputTokens: 2)
        span.asked(model: "m", inputTokens: 5, outputTokens: nil)
        span.end(at: Date(timeIntervalSince1970: 1_800_000_001.5))
        span.end(failed: true)
        let running = Task { try await tracer.run() }
        try await eventually("the span arrives") { !collector.requests.isEmpty }
        running.cancel()
        let request = try #require(collector.requests.first)
        #expect(request.target == "/v1/traces")
        #expect(request.headers["content-type"] == "application/json")
        let body = String(decoding: request.body, as: UTF8.self)
        for part in [
            #""traceId":"\#(Self.call.trace)""#, #""parentSpanId":"\#(Self.call.span)""#, #""name":"score""#,
            #""startTimeUnixNano":"1800000000000000000""#, #""endTimeUnixNano":"1800000001500000000""#,
            #"{"key":"gen_ai.usage.input_tokens","value":{"intValue":"15"}}"#,
            #"{"key":"gen_ai.request.model","value":{"stringValue":"m"}}"#,
            #"{"key":"service.name","value":{"stringValue":"bat-relay"}}"#, #""status":{"code":0}"#,
        ] { #expect(body.contains(part), "\(part): \(body)") }
        #expect(collector.requests.count == 1)
    }

    @Test func `a collector that does not answer costs nothing but spans`() async throws {
        let collector = try ScriptedHTTPServer { _ in .silence }
        defer { collector.stop() }
        let tracer = try tracer(to: collector.url)
        let running = Task { try await tracer.run() }
        defer { running.cancel() }
        let began = ContinuousClock.now
        for _ in 0..<10_000 { tracer.begin("call", in: Self.call).end() }
        #expect(ContinuousClock.now - began < .seconds(5))
        #expect(tracer.waitingSpans <= 2_048)
    }
}
