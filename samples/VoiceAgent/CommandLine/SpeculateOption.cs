namespace VoiceAgent.CommandLine;

/// <summary>The names of the levels for <c>--speculate</c>.</summary>
static class SpeculateOption
{
    public static string Name(Ahead level) => level switch
    {
        Ahead.Full => "full",
        Ahead.Tools => "tools",
        _ => "off",
    };

    /// <summary>Returns the level with a name, or <see langword="null"/> if there is none.</summary>
    public static Ahead? Parse(string name) => name switch
    {
        "off" => Ahead.Off,
        "tools" => Ahead.Tools,
        "full" => Ahead.Full,
        _ => null,
    };
}
