import JSON

/// The difference between two versions of a JSON object: `set` has the members that are new or different, `lists` has of
/// each array only what follows the first difference, `gone` names the members that are no longer there.
enum Patch {
    /// Nil if nothing has changed.
    static func patch(from old: OrderedJSON, to new: OrderedJSON) -> OrderedJSON? {
        let (before, after) = (members(old), members(new))
        let known = Dictionary(before.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        var set: [OrderedJSON.Member] = []
        var lists: [OrderedJSON.Member] = []
        for member in after where known[member.key] != member.value {
            if case .array(let items) = member.value, case .array(let olds)? = known[member.key] {
                let same = zip(olds, items).prefix { $0 == $1 }.count
                lists.append(
                    .init(
                        member.key,
                        .object([.init("from", .integer(same)), .init("items", .array(Array(items.dropFirst(same))))])))
            } else {
                set.append(member)
            }
        }
        let gone = Set(known.keys).subtracting(after.map(\.key)).sorted()
        let parts: [OrderedJSON.Member] =
            (set.isEmpty ? [] : [.init("set", .object(set))])
            + (lists.isEmpty ? [] : [.init("lists", .object(lists))])
            + (gone.isEmpty ? [] : [.init("gone", .strings(gone))])
        return parts.isEmpty ? nil : .object(parts)
    }

    private static func members(_ value: OrderedJSON) -> [OrderedJSON.Member] {
        if case .object(let members) = value { members } else { [] }
    }
}
