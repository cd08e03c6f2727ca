import Conversation
import Foundation
import Traces

/// The spans of one session in this process. On the session's event loop.
final class SessionTrace {
    /// What the spans of other processes are below.
    let context: TraceContext
    private let tracer: Tracer
    private let model: String
    private let call: TraceSpan
    /// When the wait for the answer under way began.
    private var answerBegan: Date?

    init(of context: TraceContext, isTakenOver: Bool, model: String, tracer: Tracer) {
        self.context = context
        self.model = model
        self.tracer = tracer
        call = isTakenOver ? tracer.begin("call taken over", in: context) : tracer.beginCall(context)
    }

    func note(_ figure: Effects.Figure) {
        switch figure {
        case .answered(let ms):
            let began = Date() - Double(ms) / 1_000
            answerBegan = began
            tracer.begin("wait for answer", in: context, at: began).end()
        case .tokens(let input, let output, _):
            let span = tracer.begin("chat", in: context, at: answerBegan ?? Date())
            answerBegan = nil
            span.asked(model: model, inputTokens: input, outputTokens: output)
            span.end()
        case .upstreamLost: tracer.begin("upstream lost", in: context).end(failed: true)
        case .customerGap, .traineeGap, .unknownInteraction: break
        }
    }

    func end() { call.end() }
}
