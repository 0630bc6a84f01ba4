"""Names that look like a tool or a model and are neither in question: companies, standards, roles, ways to work."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


KNOWN = _set(
    """
    github gitlab openai postgresql mysql mariadb mongodb javascript typescript linkedin youtube devops mlops
    llmops finops secops devsecops aiops gitops powerpoint sharepoint servicenow hashicorp coreweave runpod
    nvlink nvswitch infiniband redhat openshift openstack vmware pytorch tensorflow huggingface saas paas iaas
    caas faas kwh mwh poc pocs capex opex lora qlora genai iot byok mifid mica bafin eidas fintech insurtech
    healthtech edtech legaltech regtech martech agritech govtech paypal mastercard whatsapp chatgpt deepmind
    mckinsey phd ebitda iac xai raid ciso cio cto ceo cfo coo dpo cdo siem soar soc iam rbac mfa sso vpn vpc
    vpcs waf hsm kms dlp api apis gpu gpus cpu cpus llm llms slm slms ai ml sla slo slas kpi kpis roi tco npv
    van rag faq iso nist gdpr rgpd lgpd hipaa dora nis2 sox pci dss aws azure gcp google microsoft amazon meta
    nvidia amd intel ibm oracle sap salesforce ovhcloud cloudflare digitalocean lambdalabs crusoe nebius h100
    h200 a100 l40s b200 b300 mi300x mi325x gb200 rtx cuda rocm nccl roce linux ubuntu rhel windows ebs s3 redis
    kafka airflow jira slack teams bcra bcb cnbv cmf sbs anpd aepd mcp openapi oauth oidc saml json yaml pdf
    docx xlsx pptx usd eur brl mxn fte ftes pue
    """
)
"""Folded names; what the catalogue holds is known besides."""

FOREIGN = (
    "LMDeploy|MLC[- ]LLM|LangChain|LangGraph|LlamaIndex|KServe|BentoML|OpenLLM|FastChat|LocalAI|LM Studio|GPT4All"
    "|text-generation-webui|oobabooga|DeepSpeed|Kubeflow|AutoGen|CrewAI|Aphrodite|ExLlama(?:V2)?|KTransformers"
    "|CTranslate2|PowerInfer|Triton(?: Inference Server)?|NVIDIA NIM|Petals|Xinference|LightLLM|Jan\\.ai|Dify"
    "|Flowise|AnythingLLM|PrivateGPT|AutoGPT|BabyAGI|LMStudio|llamafile|MLX"
)
"""Real tools beside the catalogue; a plan that names one is sent back unless the catalogue takes it in."""

FAMILIES = (
    "llama|codellama|mistral|mixtral|ministral|codestral|pixtral|magistral|devstral|qwen|qwq|gemma"
    "|deepseek|gpt-oss|gpt|chatgpt"
    "|claude|gemini|grok|olmo|nemotron|kimi|vicuna|alpaca|dbrx|starcoder|internlm|baichuan|chatglm"
    "|stablelm|command[- ]r|palm|bloomz?|falcon"
    "|granite|phi|yi|glm|jamba|minimax"
)
WORDS_TOO = _set(
    """
    falcon granite phi yi glm bloom palm gemini alpaca grok claude jamba
    """
)
"""Families that are ordinary words as well: they count with a version behind them, or where the catalogue has them."""
