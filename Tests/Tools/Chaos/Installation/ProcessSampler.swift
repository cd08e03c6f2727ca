import Foundation
import TestSupport

/// Samples memory and processor time of every process.
actor ProcessSampler {
    private static let interval = Duration.seconds(5)

    private let installation: Installation
    private let tally: Tally
    private(set) var samples: [ProcessSample] = []

    init(_ installation: Installation, tally: Tally) {
        self.installation = installation
        self.tally = tally
    }

    /// Samples until the calling task is cancelled.
    func run() async {
        while !Task.isCancelled {
            await sample()
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func sample() async {
        var processes = installation.plan.instances.map { ("\($0)", installation.process($0)) }
        processes.append(("simulator", installation.system.simulator))
        processes.append(("database", await installation.database.running))
        let at = installation.clock.now
        for case (let name, let process?) in processes where process.isRunning {
            if let sample = ProcessSample(name, pid: process.pid, at: at, finishedCalls: tally.finished) {
                samples.append(sample)
            }
        }
        // The tool itself is sampled, too, to show whether it is what loads the machine.
        if let own = ProcessSample(
            "chaos", pid: ProcessInfo.processInfo.processIdentifier, at: at, finishedCalls: tally.finished)
        {
            samples.append(own)
        }
    }
}
