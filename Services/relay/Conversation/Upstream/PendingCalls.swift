/// Function calls of answers that are not done, as far as they have arrived. Servers report a call in `response.done`,
/// as a separate item, or only in the event with its arguments.
struct PendingCalls {
    private struct Call {
        var itemId: String?
        var responseId: String?
        var call: RealtimeEvent.FunctionCall

        func isSame(as other: Call) -> Bool {
            if let itemId, itemId == other.itemId { return true }
            return !call.callId.isEmpty && call.callId == other.call.callId
        }
    }

    /// More than any answer has; a server that states more states them in vain.
    private static let most = 32

    private var calls: [Call] = []

    mutating func add(_ call: RealtimeEvent.FunctionCall, itemId: String?, responseId: String?) {
        merge(Call(itemId: itemId, responseId: responseId, call: call), into: &calls)
    }

    /// The calls of an answer that is done: what it lists, completed by what came before.
    mutating func take(of done: RealtimeEvent.Response) -> [RealtimeEvent.FunctionCall] {
        func belongs(_ call: Call) -> Bool {
            done.id == nil || call.responseId == nil || call.responseId == done.id
        }
        var found = calls.filter(belongs)
        calls.removeAll(where: belongs)
        for item in done.output {
            guard case .functionCall(let call) = item.kind else { continue }
            merge(Call(itemId: item.id, responseId: done.id, call: call), into: &found)
        }
        return found.map { part in
            var call = part.call
            if call.callId.isEmpty { call.callId = part.itemId ?? "" }
            // The beta's arguments come without a name, and the customer has one function only.
            if call.name.isEmpty { call.name = EndConversation.name }
            return call
        }
    }

    private func merge(_ part: Call, into calls: inout [Call]) {
        guard let index = calls.firstIndex(where: { $0.isSame(as: part) }) else {
            if calls.count < Self.most { calls.append(part) }
            return
        }
        if !part.call.callId.isEmpty { calls[index].call.callId = part.call.callId }
        if !part.call.name.isEmpty { calls[index].call.name = part.call.name }
        if !part.call.arguments.isEmpty { calls[index].call.arguments = part.call.arguments }
        calls[index].itemId = calls[index].itemId ?? part.itemId
        calls[index].responseId = calls[index].responseId ?? part.responseId
    }
}
