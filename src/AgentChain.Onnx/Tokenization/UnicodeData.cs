using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>Guards against a host in invariant globalization mode, where <see cref="string.Normalize()"/> silently does nothing.</summary>
static class UnicodeData
{
    /// <summary>Throws unless the four normalization forms work.</summary>
    /// <exception cref="PlatformNotSupportedException">They do not work; the message says how to fix it.</exception>
    public static void EnsureNormalization() => Check(static (text, form) => text.Normalize(form));

    internal static void Check(Func<string, NormalizationForm, string> normalize)
    {
        bool works = normalize("e\u0301", NormalizationForm.FormC) == "\u00E9"
            && normalize("\u00E9", NormalizationForm.FormD) == "e\u0301"
            && normalize("\uFB01", NormalizationForm.FormKC) == "fi"
            && normalize("\uFB01\u00E9", NormalizationForm.FormKD) == "fie\u0301";
        if (!works)
        {
            throw new PlatformNotSupportedException(
                "Unicode normalization does not work in this process, so a tokenizer would return wrong IDs. Set InvariantGlobalization to "
                + "false and install ICU (on Debian, the package libicu72 or later).");
        }
    }
}
