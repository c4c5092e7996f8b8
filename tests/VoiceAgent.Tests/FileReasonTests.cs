using AgentChain.Onnx.Speech.Audio;

namespace VoiceAgent.Tests;

public sealed class FileReasonTests
{
    public static TheoryData<Exception, string> Errors => new()
    {
        { new IOException("No space left on device : '/talk/answers/it's me.wav'"), "No space left on device." },
        { new IOException("The file '/talk/file' already exists."), "The file already exists." },
        {
            new IOException(@"The process cannot access the file 'C:\talk\a.wav' because it is being used by another process."),
            "The process cannot access the file because it is being used by another process."
        },
        { new UnauthorizedAccessException("Access to the path '/talk/a.wav' is denied."), "Access is denied." },
        { new FileNotFoundException("Could not find file '/talk/a.wav'."), "It does not exist." },
        { new WavFormatException(WavProblem.Empty, "The file is empty.", "talk/a.wav"), "The file is empty." },
        { new InvalidDataException("The value 'b' is too large"), "The value 'b' is too large." },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void Of_Error_DoesNotNameTheFile(Exception error, string reason) => Assert.Equal(reason, FileReason.Of(error));
}
