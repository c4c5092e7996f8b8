using System.Runtime.CompilerServices;

namespace AgentChain.Onnx.Tests.Speech.Endpointing;

/// <summary>A test that needs the real Silero model, which is not part of the repository.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class SileroFactAttribute : FactAttribute
{
    public SileroFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1) : base(file, line)
    {
        if (!File.Exists(Model))
        {
            Skip = "models/silero/silero_vad.onnx is absent; run models/recipes/fetch-silero.sh to get it.";
        }
    }

    public static string Model => Fixtures.Fixture.Models("silero", "silero_vad.onnx");
}
