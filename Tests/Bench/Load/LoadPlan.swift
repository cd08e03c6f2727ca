/// What the load generator is to do.
struct LoadPlan: Codable {
    enum Pace: Codable {
        /// Every session sends a frame each so many milliseconds, evenly spread over that time.
        case realTime
        /// Every session keeps so many frames under way and sends the next when one is back.
        case flood(inFlight: Int)
        /// Nothing is sent.
        case idle
    }

    /// A session's WebSocket on this machine.
    struct Address: Codable {
        var port: Int
        var path: String
    }

    /// A session that does not behave. Nobody else should notice.
    enum Nuisance: String, Codable, CaseIterable {
        /// Never reads what comes back.
        case deaf
        /// Sends ten times as much as is spoken.
        case greedy
        /// OpenAI's end of it never reads what is sent there.
        case stuck
    }

    var addresses: [Address]
    /// Further sessions, which are not measured.
    var nuisances: [Nuisance: [Address]] = [:]
    /// Whether sessions begin with the message `ready`; what only passes bytes on has none.
    var waitsForReady = true
    var pace: Pace
    /// Sound in a frame, in milliseconds.
    var frameMilliseconds = 20
    /// Before anything is counted, in seconds.
    var warmUp = 1.0
    var seconds = 5.0
    /// `AUDIO_RATE`: how many times as much as is spoken a client may send. A flood is nothing but more than that.
    var audioRate: Int { if case .flood = pace { 0 } else { 4 } }
    /// Whose use of the processor is to be measured.
    var watched: [String: Int32] = [:]
}

/// What became of it.
struct LoadResult: Codable {
    /// Round trips that ended within the time.
    var roundTrips = 0
    var seconds = 0.0
    /// Frames that never came back, of the whole run.
    var lost = 0
    /// Frames that came twice or in a wrong order.
    var disordered = 0
    /// Sessions that were closed by the other side.
    var closed = 0
    /// From sending a frame to having it back, in nanoseconds, by percentile: 50, 90, 99, 99.9 and 100.
    var latency: [String: Int] = [:]
    var used: [String: ProcessClock] = [:]
    /// From starting the contestant's processes until they are ready, in milliseconds.
    var startMilliseconds = 0.0
    /// From the first connection until all sessions are ready, in milliseconds.
    var readyMilliseconds = 0.0
    /// From the first frame until the first one is back, in milliseconds.
    var firstAudioMilliseconds = 0.0
    /// System calls of the whole run by name, where they were counted.
    var calls: [String: Int] = [:]
    /// In kB, by process, at the end.
    var memory: [String: Int] = [:]
}
