using AgentChain.Speculation;

namespace VoiceAgent.CommandLine;

/// <summary>How <c>--speculate</c> names the levels.</summary>
static class SpeculateOption
{
    public static string Name(SpeculationLevel level) => level switch
    {
        SpeculationLevel.Full => "full",
        SpeculationLevel.Prefill => "prefill",
        _ => "off",
    };

    /// <summary>The level of a name, or <see langword="null"/> where it is none.</summary>
    public static SpeculationLevel? Parse(string name) => name switch
    {
        "off" => SpeculationLevel.None,
        "prefill" => SpeculationLevel.Prefill,
        "full" => SpeculationLevel.Full,
        _ => null,
    };
}
