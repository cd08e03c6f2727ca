/// The settings of one process: a struct with one stored property per `Setting`.
///
/// Declaring the property is all that a new setting needs: `--help` and the check before the start list the stored
/// properties in their order, and `Settings.values(of:)` can read nothing else.
public protocol SettingTable: Sendable {
    init()
}

extension SettingTable {
    var all: [any AnySetting] { Mirror(reflecting: self).children.compactMap { $0.value as? any AnySetting } }
}

/// The checked values of a process's settings, under the names of the table's properties: `try values.host`.
@dynamicMemberLookup
public struct SettingValues<Table: SettingTable> {
    private let table = Table()
    private let settings: Settings

    init(_ settings: Settings) {
        self.settings = settings
    }

    /// - Throws: `SettingError` if the setting is required and missing, or its value is not allowed.
    public subscript<Value>(dynamicMember property: KeyPath<Table, Setting<Value>>) -> Value {
        get throws(SettingError) {
            let setting = table[keyPath: property]
            precondition(
                table.all.contains { $0.name == setting.name }, "\(setting.name) is not a stored property of its table")
            return try settings.value(of: setting)
        }
    }
}

extension Settings {
    public func values<Table: SettingTable>(of table: Table.Type) -> SettingValues<Table> {
        SettingValues(self)
    }
}
