using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace AgentChain;

/// <summary>Validates options. Each error names the option, its value and the allowed values, independent of the current culture.</summary>
static class OptionCheck
{
    /// <summary>
    /// Returns an error's message without the parameter's name and value, which the runtime appends and the message already states.
    /// </summary>
    public static string MessageOf(ArgumentException error) => error.Message.Split(" (Parameter '", 2)[0];

    public static int AtLeast(int value, int least, string option) =>
        value >= least ? value : throw OutOfRange(option, value, Text($"it must be at least {least}."));

    public static int Within(int value, int least, int most, string option) =>
        value >= least && value <= most ? value : throw OutOfRange(option, value, Text($"it must be from {least} to {most}."));

    public static double Within(double value, double least, double most, string option) =>
        value >= least && value <= most ? value : throw OutOfRange(option, value, Text($"it must be a number from {least} to {most}."));

    /// <summary>Requires a finite number of 0 or more.</summary>
    public static double NotNegative(double value, string option) =>
        value >= 0 && double.IsFinite(value) ? value : throw OutOfRange(option, value, "it must be a finite number of 0 or more.");

    /// <summary>Requires a finite number greater than 0.</summary>
    public static double Positive(double value, string option) =>
        value > 0 && double.IsFinite(value) ? value : throw OutOfRange(option, value, "it must be a finite number greater than 0.");

    /// <summary>Requires a number greater than 0 and at most 1.</summary>
    public static double Share(double value, string option) =>
        value is > 0 and <= 1 ? value : throw OutOfRange(option, value, "it must be a number greater than 0 and at most 1.");

    public static TimeSpan NotNegative(TimeSpan value, string option) =>
        value >= TimeSpan.Zero ? value : throw OutOfRange(option, value, "it must be zero or more.");

    public static TimeSpan Positive(TimeSpan value, string option) =>
        value > TimeSpan.Zero ? value : throw OutOfRange(option, value, "it must be greater than zero.");

    public static TimeSpan? Positive(TimeSpan? value, string option) => value is { } time && time <= TimeSpan.Zero
        ? throw OutOfRange(option, time, "it must be greater than zero, or null for none.")
        : value;

    public static T Defined<T>(T value, string option)
        where T : struct, Enum =>
        Enum.IsDefined(value) ? value : throw OutOfRange(option, value, $"it must be one of {string.Join(", ", Enum.GetNames<T>())}.");

    /// <summary>Requires an option that has a default not to be null.</summary>
    public static T NotNull<T>([NotNull] T? value, string option)
        where T : class =>
        value ?? throw new ArgumentNullException(option, $"{option} is null; leave it out for its default.");

    /// <summary>
    /// Requires a callback that is not awaited not to be an async lambda: an exception after its first await would end the process.
    /// </summary>
    public static T NotAsyncVoid<T>(T callback, string option)
        where T : Delegate =>
        Array.Exists(callback.GetInvocationList(), static call => call.Method.ReturnType == typeof(void)
            && call.Method.IsDefined(typeof(AsyncStateMachineAttribute), inherit: false))
            ? throw new ArgumentException(
                $"{option} is an async lambda or method that returns void. It is not awaited, and an exception in it would end the process; use a synchronous callback, or a step added with Then or ThenEach.", option)
            : callback;

    /// <summary>Requires a list option whose elements are not null.</summary>
    public static T[] NoNulls<T>([NotNull] IEnumerable<T>? values, string option)
    {
        T[] all = [.. NotNull(values, option)];
        return Array.FindIndex(all, static value => value is null) is >= 0 and var at
            ? throw new ArgumentException(Text($"{option} contains null at index {at}; leave it out."), option)
            : all;
    }

    /// <summary>Requires a list option of strings that are not blank.</summary>
    public static string[] NoBlanks([NotNull] IEnumerable<string>? values, string option)
    {
        string[] all = NoNulls(values, option);
        return Array.FindIndex(all, string.IsNullOrWhiteSpace) is >= 0 and var at
            ? throw new ArgumentException(Text($"{option} contains a blank string at index {at}; leave it out."), option)
            : all;
    }

    /// <summary>Requires a human-readable name, for reports, logs and telemetry.</summary>
    public static string Name([NotNull] string? name, string option)
    {
        ArgumentNullException.ThrowIfNull(name, option);
        return NameMistake(name) is { } mistake ? throw new ArgumentException($"{option} is '{Visible(name)}'; {mistake}", option) : name;
    }

    /// <summary>Returns the reason why a name is invalid; null if it is valid.</summary>
    public static string? NameMistake(string? name) =>
        string.IsNullOrWhiteSpace(name) ? "a name must not be empty."
        : name.Any(char.IsControl) ? "a name must not contain control characters such as line breaks."
        : char.IsWhiteSpace(name[0]) || char.IsWhiteSpace(name[^1]) ? "a name must not begin or end with white space."
        : null;

    /// <summary>Escapes the control characters of a name so that it fits on one line of a message.</summary>
    public static string Visible(string? name) => name is null
        ? ""
        : string.Concat(name.Select(c => char.IsControl(c) ? Text($"\\u{(int)c:x4}") : c.ToString()));

    /// <summary>Formats a count with its noun: <c>1 turn</c>, <c>2 turns</c>.</summary>
    public static string Count(int count, string one) => Text($"{count} {(count == 1 ? one : one + "s")}");

    /// <summary>Formats a time in milliseconds.</summary>
    public static string Ms(TimeSpan time) => Text($"{time.TotalMilliseconds:0.###} ms");

    /// <summary>
    /// Creates the exception for a value out of range. The value is only in the message: the exception's ActualValue would follow the
    /// current culture.
    /// </summary>
    public static ArgumentOutOfRangeException OutOfRange(string option, object value, string allowed) =>
        new(option, Text($"{option} is {(value is TimeSpan time ? Ms(time) : value)}; {allowed}"));

    /// <summary>Formats a message with the invariant culture.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
