package import Domain
import Foundation

/// The one tool that the customer has: to end the conversation, and say how.
package enum EndConversation {
    package static let name = "end_conversation"

    package static let tool: JSONValue = [
        "type": "function",
        "name": .string(name),
        "description": .string(
            "Ends the conversation. Say your goodbye first, in the same turn. Call it when you have decided to buy or try "
                + "the product (converted), when you have clearly refused (rejected), or when you leave because you have "
                + "no time or no patience left (walked_away)."),
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
