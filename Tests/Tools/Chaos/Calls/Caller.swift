import Domain
import Foundation
import SeededRandom
import TrainingClient

/// Makes one call after the other until the run is over, and then ends the one in progress.
struct Caller: Sendable {
    let number: Int
    let seed: UInt64
    let server: TrainingServer
    let clock: RunClock
    let end: RunEnd
    let tally: Tally
    /// Folder of its journals, one file per call.
    let folder: URL
    let isFast: Bool
    let microphones: MuteSwitch
    /// Minimum time from the start of a call to the start of the next, in seconds; 0 for no minimum.
    let secondsPerCall: Double

    func run() async {
        var dice = SplitMix64(seed: seed, stream: number)
        // Callers start staggered, not all at once.
        await end.sleep(Double(number) * min(0.2, secondsPerCall > 0 ? secondsPerCall / 20 : 0.2))
        var count = 0
        while !end.isReached {
            count += 1
            let began = clock.now
            let name = "\(number)-\(count)"
            let script = CallScript(name, isFast: isFast, dice: &dice)
            guard let journal = try? JournalWriter(folder.appending(path: "\(name).jsonl"), clock: clock) else {
                return
            }
            tally.begin()
            await Call(
                name: name, script: script, server: server, journal: journal, isFast: isFast, microphones: microphones
            ).run()
            tally.end()
            await end.sleep(max(0.1, began + secondsPerCall - clock.now))
        }
    }
}
