import Synchronization

/// Whether the microphones of all callers are silent: they send nothing at all, not even silence, and what is said
/// meanwhile is lost, as with a headset that is muted or suspended.
final class MuteSwitch: Sendable {
    private let isOn = Atomic(false)

    var isMute: Bool { isOn.load(ordering: .relaxed) }

    func set(_ isMute: Bool) { isOn.store(isMute, ordering: .relaxed) }
}
