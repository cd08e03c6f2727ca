/// The indexes, for fast queries and for unique keys.
enum MongoIndexes {
    static let sessions: [BSONDocument] =
        [
            ["key": ["sessionId": 1], "name": "sessionId", "unique": true],
            [
                "key": ["createdBy": 1, "idempotency.key": 1], "name": "idempotency", "unique": true,
                "partialFilterExpression": ["idempotency.key": ["$exists": true]],
            ],
            ["key": ["createdAt": -1, "_id": -1], "name": "newest"],
            ["key": ["exports.nextAttemptAt": 1], "name": "exports_due", "sparse": true],
        ]
        + [
            "traineeId", "personaId", "scenarioId", "outcome", "status", "client", "createdBy", "visibility",
            "awaitsReview",
        ].map {
            ["key": [$0: 1, "createdAt": -1, "_id": -1], "name": .string("\($0)_newest")]
        }
        + ["traineeId", "createdBy"].map {
            ["key": ["status": 1, $0: 1, "createdAt": 1], "name": .string("live_\($0)")]
        }
        + ["scoring", "files"].map {
            ["key": ["pipeline.\($0).state": 1, "createdAt": 1], "name": .string("\($0)_due")]
        }

    static let events: [BSONDocument] = [
        ["key": ["sessionId": 1, "seq": 1], "name": "seq", "unique": true],
        [
            "key": ["sessionId": 1, "eventId": 1], "name": "eventId", "unique": true,
            "partialFilterExpression": ["eventId": ["$exists": true]],
        ],
    ]

    static let reviews: [BSONDocument] = [
        // The sessions that wait since before there was a queue.
        ["key": ["score.needsReview": 1, "awaitsReview": 1], "name": "needs_review"],
        ["key": ["review.blind.id": 1], "name": "blind_sample", "sparse": true],
    ]

    static let erasures: [BSONDocument] = [
        ["key": ["erasedAt": 1], "name": "erased", "sparse": true],
        ["key": ["withdrawals.nextAttemptAt": 1], "name": "withdrawals_due", "sparse": true],
    ]

    static let erasedTrainees: [BSONDocument] = [
        ["key": ["until": 1], "name": "forgotten", "expireAfterSeconds": 0]
    ]

    static let audit: [BSONDocument] =
        [
            ["key": ["time": -1, "_id": -1], "name": "newest"],
            [
                "key": ["once": 1], "name": "once", "unique": true,
                "partialFilterExpression": ["once": ["$exists": true]],
            ],
        ]
        + ["sessionId", "actor"].map {
            ["key": [$0: 1, "time": -1, "_id": -1], "name": .string("\($0)_newest")]
        }

    static let cells: [BSONDocument] = [
        // Relays whose names do not come back.
        ["key": ["heartbeat": 1], "name": "forgotten", "expireAfterSeconds": 86_400]
    ]

    static let personas: [BSONDocument] = [["key": ["id": 1], "name": "id", "unique": true]]
}
