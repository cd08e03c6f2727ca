/// Input of the load generator.
struct LoadPlan: Codable {
    enum Pace: Codable {
        /// Every session sends a frame every `frameMilliseconds`; the sessions are spread evenly over that interval.
        case realTime
        /// Every session keeps this number of frames in flight and sends the next one when one comes back.
        case flood(inFlight: Int)
        /// Nothing is sent.
        case idle
    }

    /// A session's WebSocket on this machine.
    struct Address: Codable {
        var port: Int
        var path: String
    }

    /// A session that misbehaves. The other sessions must not notice.
    enum Nuisance: String, Codable, CaseIterable {
        /// Never reads what comes back.
        case deaf
        /// Sends ten times as much audio as real time.
        case greedy
        /// Its upstream, the echo, stops reading.
        case stuck
    }

    var addresses: [Address]
    /// Additional sessions that are not measured.
    var nuisances: [Nuisance: [Address]] = [:]
    /// Whether sessions start with the message `ready`; a contestant that only forwards bytes does not send it.
    var waitsForReady = true
    var pace: Pace
    /// Audio in a frame, in milliseconds.
    var frameMilliseconds = 20
    /// Time before anything is counted, in seconds.
    var warmUp = 1.0
    var seconds = 5.0
    /// `AUDIO_RATE`: how many times real time a client may send. A flood always exceeds it, so it is 0 (no limit)
    /// there.
    var audioRate: Int { if case .flood = pace { 0 } else { 4 } }
    /// Processes whose processor time is measured.
    var watched: [String: Int32] = [:]
}

/// Output of the load generator.
struct LoadResult: Codable {
    /// Round trips completed while counting.
    var roundTrips = 0
    var seconds = 0.0
    /// Frames of the whole run that never came back.
    var lost = 0
    /// Frames that came back twice or out of order.
    var disordered = 0
    /// Sessions closed by the other side.
    var closed = 0
    /// Time from sending a frame to its return, in nanoseconds, by percentile: 50, 90, 99, 99.9 and 100.
    var latency: [String: Int] = [:]
    var used: [String: ProcessClock] = [:]
    /// From starting the contestant's processes until they are ready, in milliseconds.
    var startMilliseconds = 0.0
    /// From the first connection attempt until all sessions are ready, in milliseconds.
    var readyMilliseconds = 0.0
    /// From the start of the load until the first frame is back, in milliseconds.
    var firstAudioMilliseconds = 0.0
    /// System calls of the whole run by name, if they were counted.
    var calls: [String: Int] = [:]
    /// Proportional set size at the end in kB, by process.
    var memory: [String: Int] = [:]
}
