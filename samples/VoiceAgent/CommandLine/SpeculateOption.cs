using AgentChain.Speculation;

namespace VoiceAgent.CommandLine;

/// <summary>The names of the levels for <c>--speculate</c>.</summary>
static class SpeculateOption
{
    public static string Name(SpeculationLevel level) => level switch
    {
        SpeculationLevel.Full => "full",
        SpeculationLevel.Prefill => "prefill",
        _ => "off",
    };

    /// <summary>Returns the level with a name, or <see langword="null"/> if there is none.</summary>
    public static SpeculationLevel? Parse(string name) => name switch
    {
        "off" => SpeculationLevel.None,
        "prefill" => SpeculationLevel.Prefill,
        "full" => SpeculationLevel.Full,
        _ => null,
    };
}
