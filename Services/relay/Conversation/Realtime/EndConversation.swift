package import Domain
import Foundation

/// The one tool that the customer has: to end the conversation, and say how.
package enum EndConversation {
    package static let name = "end_conversation"

    package static let tool: JSONValue = [
        "type": "function",
        "name": .string(name),
        "description": .string(
            "Ends the conversation. Say your goodbye aloud first, in the same turn, and nothing about this call. converted: "
                + "you have said yes to a concrete next step and mean it. rejected: you have said no or put it off. "
                + "walked_away: you leave because of how it went."),
        "parameters": [
            "type": "object",
            "properties": [
                "outcome": ["type": "string", "enum": .array(Outcome.allCases.map { .string($0.rawValue) })]
            ],
            "required": ["outcome"],
            "additionalProperties": false,
        ],
    ]

    /// The outcome in a call's arguments; nil when they are not what the tool's schema asks for.
    static func outcome(inArguments text: String) -> Outcome? {
        guard text.utf8.count <= 4096, let arguments = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        else { return nil }
        return arguments["outcome"]?.string.flatMap(Outcome.init(rawValue:))
    }
}
