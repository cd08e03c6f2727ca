/// The highest attitude that a persona can have until the trainee has done a sales step. Code enforces it, whatever a
/// model proposes.
public struct Ceiling: Codable, Hashable, Sendable {
    /// Id of the sales step.
    public var until: String
    /// 0…10.
    public var at: Int

    public init(until: String, at: Int) {
        self.until = until
        self.at = at
    }
}

extension Persona {
    /// The highest attitude that is possible now; nil if nothing limits it.
    ///
    /// - Parameter steps: checked against what was said.
    public func ceiling(after steps: [SalesStepResult]) -> Int? {
        let done = Set(steps.filter { $0.status == .done }.map(\.id))
        return ceilings?.filter { !done.contains($0.until) }.map(\.at).min()
    }
}
