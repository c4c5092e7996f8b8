using System.Collections.Immutable;
using AgentChain.Onnx.Files;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Decoding;
using AgentChain.Onnx.Speech.Features;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>Represents the contents of a recognizer's <c>recognizer.json</c>. Immutable.</summary>
public sealed record RecognizerSettings
{
    /// <summary>Gets the labels of the model's outputs.</summary>
    public required CtcLabels Labels { get; init; }

    /// <summary>Gets the settings of the front end; the default is 80 Kaldi filters at 16 kHz.</summary>
    public KaldiFbankOptions Features { get; init; } = new();

    /// <summary>Gets the number of padding frames before the first one; default 8.</summary>
    public int LeftContext { get; init; } = 8;

    /// <summary>Gets the value of every filter in those frames; default -15.9.</summary>
    public float LeftContextValue { get; init; } = -15.9f;

    /// <summary>Gets the number of frames from one output to the next; default 3.</summary>
    public int Stride { get; init; } = 3;

    /// <summary>Gets the number of frames that one output depends on; default 11: output t needs frames 3t to 3t + 10.</summary>
    public int ReceptiveFrames { get; init; } = 11;

    /// <summary>Gets the settings of the beam.</summary>
    public CtcBeamOptions Beam { get; init; } = new();

    /// <summary>Gets the weights of the language model's n-gram orders.</summary>
    public BigramWeights Weights { get; init; } = BigramWeights.Default;

    /// <summary>The dimensions of the graph's state: layers, 1 and width; empty if the file does not specify them.</summary>
    internal ImmutableArray<int> StateShape { get; init; } = [];

    /// <summary>Reads a settings file.</summary>
    /// <param name="path">The path of a <c>recognizer.json</c>.</param>
    /// <remarks>
    /// The file can describe the model in <c>description</c>, <c>language</c>, <c>license</c> and <c>trained_on</c>, which are ignored. Any
    /// other unknown field is rejected, because it may change the results.
    /// </remarks>
    /// <exception cref="OnnxModelException">
    /// The file is missing, is not JSON, or has an invalid value or an unknown field; the message names the path and the field.
    /// </exception>
    public static RecognizerSettings Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return JsonFile.Read(new ModelFile(path), JsonFile.SettingsLimit, RecognizerSettingsReader.Read);
    }
}
