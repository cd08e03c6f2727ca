import Foundation

/// The body of an `ExportTraceServiceRequest` as JSON (opentelemetry-proto, trace/v1).
enum OTLP {
    private struct Request: Encodable {
        var resourceSpans: [ResourceSpans]
    }
    private struct ResourceSpans: Encodable {
        var resource: Resource
        var scopeSpans: [ScopeSpans]
    }
    private struct Resource: Encodable {
        var attributes: [Attribute]
    }
    private struct ScopeSpans: Encodable {
        var scope = ["name": "bat-vr-trainer"]
        var spans: [Entry]
    }
    private struct Attribute: Encodable {
        var key: String
        var value: [String: String]
    }
    private struct Status: Encodable {
        var code: Int
    }
    private struct Entry: Encodable {
        var traceId: String
        var spanId: String
        var parentSpanId: String?
        var name: String
        /// SPAN_KIND_INTERNAL
        var kind = 1
        var startTimeUnixNano: String
        var endTimeUnixNano: String
        var attributes: [Attribute]
        var status: Status
    }

    static func body(of spans: [FinishedSpan], _ resource: [String: TraceSpan.Value]) throws -> Data {
        let entries = spans.map { span in
            Entry(
                traceId: span.context.trace, spanId: span.context.span, parentSpanId: span.parent, name: span.name,
                startTimeUnixNano: nanoseconds(span.start), endTimeUnixNano: nanoseconds(span.end),
                attributes: attributes(span.attributes), status: Status(code: span.isFailed ? 2 : 0))
        }
        let request = Request(resourceSpans: [
            ResourceSpans(
                resource: Resource(attributes: attributes(resource)), scopeSpans: [ScopeSpans(spans: entries)])
        ])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(request)
    }

    /// As text: JSON has no 64-bit numbers.
    private static func nanoseconds(_ time: Date) -> String {
        "\(Int64(time.timeIntervalSince1970 * 1_000_000) * 1_000)"
    }

    private static func attributes(_ values: [String: TraceSpan.Value]) -> [Attribute] {
        values.sorted { $0.key < $1.key }.map { key, value in
            switch value {
            case .text(let text): Attribute(key: key, value: ["stringValue": String(text.prefix(256))])
            case .number(let number): Attribute(key: key, value: ["intValue": "\(number)"])
            }
        }
    }
}
