using Sandbox.Policy;

namespace Sandbox.Enclave.Homomorphic;

/// <summary>One sentence for every failure of the scheme: why a decryption failed must not show.</summary>
internal static class HomomorphicFailure
{
    public static EnclaveException Create() => new(new Refusal(
        "SB-HE-1",
        "The encryption engine did not accept the input or did not finish.",
        "Check that the keys and ciphertexts belong to this round, then try again.",
        "加密引擎未接受输入或未能完成。",
        "请确认密钥与密文属于本轮次，然后重试。"));
}
