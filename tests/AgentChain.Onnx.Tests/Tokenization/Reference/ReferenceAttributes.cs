using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AgentChain.Onnx.Tests.Tokenization.Reference;

/// <summary>A theory that compares with Hugging Face's own tokenizers, of which there is a native library for Linux on x64 here.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class ReferenceTheoryAttribute : TheoryAttribute
{
    public ReferenceTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1) : base(file, line)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            Skip = "The native library of Tokenizers.DotNet is referenced for Linux on x64 only.";
        }
    }
}
