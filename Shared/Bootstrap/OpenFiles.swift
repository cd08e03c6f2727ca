import Foundation

/// How many files and sockets a process may have open.
enum OpenFiles {
    /// Raises the soft limit to the hard limit. Many systems start processes with a limit of 1,024; a gateway with that
    /// many trainees would refuse the next one.
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
