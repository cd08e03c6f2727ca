import Domain

extension RealtimeSession {
    /// Announces an item that is complete from the start.
    func announce(_ item: ConversationItem, after previous: String?) {
        for event in settings.dialect.itemCreated {
            send(
                event,
                ["previous_item_id": previous.map { .string($0) } ?? nil, "item": item.json(settings.dialect)])
        }
    }

    func createItem(_ json: JSONValue, after previous: String?) throws(APIError) {
        let id = json["id"]?.string ?? makeID("item")
        guard conversation[id] == nil else {
            throw APIError(
                code: "item_create_duplicate_id", message: "Error adding item: an item with id '\(id)' already exists.",
                param: "item.id")
        }
        if let previous, previous != "root", conversation[previous] == nil {
            throw APIError(
                code: "item_create_invalid_previous_item_id",
                message: "Error adding item: the previous item with id '\(previous)' does not exist.",
                param: "previous_item_id")
        }
        let item = ConversationItem(id: id, kind: try kind(json))
        if case .message("system", let contents) = item.kind {
            for text in contents.compactMap(\.words) { customer.hear(note: text) }
            if activeRun != nil { world.registry.update(self.id) { $0.notesInResponses += 1 } }
        }
        // The customer's own words come from a client only when it repeats the conversation.
        if case .message("assistant", _) = item.kind { customer.hearReplay() }
        if case .functionCallOutput(_, let output) = item.kind { customer.hear(toolOutput: output) }
        announce(item, after: conversation.insert(item, after: previous))
    }

    private func kind(_ json: JSONValue) throws(APIError) -> ConversationItem.Kind {
        switch json["type"]?.string {
        case "function_call":
            return .functionCall(
                name: json["name"]?.string ?? "", callID: json["call_id"]?.string ?? makeID("call"),
                arguments: json["arguments"]?.string ?? "")
        case "function_call_output":
            let callID = json["call_id"]?.string ?? ""
            let isKnown = conversation.items.contains {
                if case .functionCall(_, callID, _) = $0.kind { true } else { false }
            }
            guard isKnown else {
                throw APIError(
                    code: "invalid_tool_call_id", message: "Tool call ID '\(callID)' not found in conversation.",
                    param: "item.call_id")
            }
            return .functionCallOutput(callID: callID, output: json["output"]?.string ?? "")
        default:
            let role = json["role"]?.string ?? ""
            var contents = [ConversationItem.Content]()
            for (index, part) in (json["content"]?.array ?? []).enumerated() {
                contents.append(try content(part, role: role, path: "item.content[\(index)]"))
            }
            return .message(role: role, contents)
        }
    }

    private func content(
        _ part: JSONValue, role: String, path: String
    ) throws(APIError) -> ConversationItem.Content {
        let type = part["type"]?.string ?? ""
        let allowed = EventShapes.contents(of: role, settings.dialect)
        guard allowed.contains(type) else { throw .invalidValue("\(path).type", type, supported: allowed) }
        if type == "input_audio" { return .inputAudio(transcript: part["transcript"]?.string) }
        if type == settings.dialect.audioContent { return .outputAudio(transcript: part["transcript"]?.string) }
        guard let text = part["text"]?.string else { throw .missing("\(path).text") }
        return type == "input_text" ? .inputText(text) : .outputText(text)
    }

    func deleteItem(_ id: String) throws(APIError) {
        guard conversation[id] != nil else { throw notFound(id, "delet", "item_delete_invalid_item_id") }
        conversation[id] = nil
        world.registry.update(self.id) { $0.change(id) { $0.deleted = true } }
        send("conversation.item.deleted", ["item_id": .string(id)])
    }

    func retrieveItem(_ id: String) throws(APIError) {
        guard let item = conversation[id] else { throw notFound(id, "retriev", "item_retrieve_invalid_item_id") }
        send("conversation.item.retrieved", ["item": item.json(settings.dialect)])
    }

    func truncateItem(_ id: String, _ contentIndex: Int, _ endMs: Int) throws(APIError) {
        guard var item = conversation[id], case .message("assistant", var contents) = item.kind else {
            throw notFound(id, "truncat", "item_truncate_invalid_item_id")
        }
        // An item can be truncated while it is spoken; its only part exists before its transcript does.
        if item.status == "in_progress", contents.isEmpty, settings.speaks {
            contents = [.outputAudio(transcript: nil)]
        }
        guard contents.indices.contains(contentIndex), case .outputAudio = contents[contentIndex] else {
            throw APIError(
                code: "item_truncate_invalid_content_index", message: "Only audio content can be truncated.",
                param: "content_index")
        }
        let lengthMs = item.audioBytes / 48
        guard endMs <= lengthMs else {
            throw APIError(
                code: "invalid_value",
                message: "Audio content of \(lengthMs)ms is already shorter than \(endMs)ms", param: "audio_end_ms")
        }
        item.audioBytes = endMs * 48
        item.truncatedMs = endMs
        contents[contentIndex] = .outputAudio(transcript: nil)
        item.kind = .message(role: "assistant", contents)
        conversation[id] = item
        world.registry.update(self.id) { $0.change(id) { $0.truncatedMs = endMs } }
        send(
            "conversation.item.truncated",
            ["item_id": .string(id), "content_index": .integer(contentIndex), "audio_end_ms": .integer(endMs)])
    }

    private func notFound(_ id: String, _ verb: String, _ code: String) -> APIError {
        APIError(
            code: code, message: "Error \(verb)ing item: the item with id '\(id)' does not exist.", param: "item_id")
    }
}
